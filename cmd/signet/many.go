package main

import (
	"context"
	"sync"
)

// several does something with each of many, so many at once, until the context ends:
// then those that are not begun are left. What do gives back is to be called one at a
// time.
func several[T any](ctx context.Context, atOnce int, all []T, do func(T) (tell func())) {
	queue := make(chan T)
	var work sync.WaitGroup
	var one sync.Mutex
	for range min(atOnce, len(all)) {
		work.Go(func() {
			for each := range queue {
				tell := do(each)
				one.Lock()
				tell()
				one.Unlock()
			}
		})
	}
	for _, each := range all {
		if ctx.Err() != nil {
			break
		}
		queue <- each
	}
	close(queue)
	work.Wait()
}
