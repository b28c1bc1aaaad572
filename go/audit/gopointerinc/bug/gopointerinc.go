// Package bug stores a Go pointer in C memory.
package bug

/*
#include <stdlib.h>

struct job { int *input; int result; };

static struct job *job_new(void) { return calloc(1, sizeof(struct job)); }
static void job_run(struct job *j) { j->result = j->input[0] + 1; }
static void job_free(struct job *j) { free(j); }
*/
import "C"

import "unsafe"

// A Job adds one to its input.
type Job struct{ c *C.struct_job }

// New makes a job.
func New(input int32) *Job {
	j := &Job{C.job_new()}
	numbers := make([]int32, 64)
	numbers[0] = input
	j.c.input = (*C.int)(unsafe.Pointer(&numbers[0]))
	return j
}

// Run runs the job and ends it.
func (j *Job) Run() int {
	C.job_run(j.c)
	result := int(j.c.result)
	C.job_free(j.c)
	return result
}
