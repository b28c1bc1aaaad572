// Package bug asks a C library for the error of the last call. The library keeps one for each thread, and
// between the two calls the goroutine may change threads.
package bug

/*
static __thread int last_error;

static int divide(int a, int b) {
	last_error = b == 0 ? 33 : 0;
	return b == 0 ? 0 : a / b;
}
static int get_last_error(void) { return last_error; }
*/
import "C"

import "fmt"

// Divide divides.
func Divide(a, b int) (int, error) {
	result := int(C.divide(C.int(a), C.int(b)))
	if code := int(C.get_last_error()); code != 0 {
		return 0, fmt.Errorf("error %d", code)
	}
	return result, nil
}
