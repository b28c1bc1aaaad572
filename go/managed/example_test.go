package managed_test

import (
	"fmt"

	"seam/managed"
)

// A buffer that two owners share; the last one to close it frees it.
func Example() {
	buffer, err := managed.NewFunc(5, func(memory []byte) {
		fmt.Printf("%s freed\n", memory)
	})
	if err != nil {
		fmt.Println(err) // no memory, or the limit is reached
		return
	}
	defer buffer.Close() // a second Close is harmless, a forgotten one too
	fmt.Fprint(buffer, "hello")

	second, _ := buffer.Clone() // one more reference
	buffer.Close()
	fmt.Println(buffer.Copy()) // Go code cannot reach memory of a closed Buffer

	handle, _ := second.ToC()         // C code owns it now (seam_managed_get, seam_managed_release)
	again, _ := managed.FromC(handle) // and returns it
	text, _ := again.Copy()           // Go memory
	fmt.Println(string(text), again.Close())
	// Output:
	// [] managed: the Buffer is closed
	// hello freed
	// hello <nil>
}
