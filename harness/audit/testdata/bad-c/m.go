package m

// int x = ;
import "C"

var X = C.x
