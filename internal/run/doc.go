// Package run starts goroutines: named, counted and awaited. Every goroutine of
// Parley that outlives a call starts through a Group, so that the program can
// say what is running, end it in order, and survive the panic of one.
package run
