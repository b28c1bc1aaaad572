module many

go 1.16
