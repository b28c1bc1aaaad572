package m

func One() {}
