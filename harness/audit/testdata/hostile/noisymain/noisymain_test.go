package noisymain

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	fmt.Println("Test<script>alert(1)</script>&\"'\x1b[31m;$(touch injected)")
	fmt.Println("Testing setup")
	fmt.Println("Test\xff\xfebad]]>")
	os.Exit(m.Run())
}
func TestA(t *testing.T) {
	for i := 0; i < 20; i++ {
		if Add(i) != i+1 {
			t.Fatal("x")
		}
	}
}
