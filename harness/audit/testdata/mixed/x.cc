template <class T> T twice(const T *p) { return *p + *p; }
extern "C" int two(int *p) { return twice(p); }
