// Command executor runs scenarios on the real Go runtime, for seam, which starts it.
package main

import (
	"os"

	"seam"
)

func main() { os.Exit(seam.Main()) }
