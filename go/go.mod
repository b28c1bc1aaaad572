module seam

go 1.19
