package fixed

import "testing"

func TestInt(t *testing.T) {
	db, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	stmt, err := db.Prepare("SELECT 6 * 7")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < 3; i++ {
		if got := stmt.Int(); got != 42 {
			t.Errorf("Int() = %d, want 42", got)
		}
	}
}
