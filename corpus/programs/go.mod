module programs

go 1.19

require advice v0.0.0

replace advice => ../advice
