module m

go 1.16

require v v1.0.0
