package m

// int two(int *);
import "C"

func One() { x := C.int(1); C.two(&x) }
