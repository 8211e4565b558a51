// Package app builds everything, starts it in order and stops it in reverse. It is the only package that knows
// all the others: what a lower room needs from a higher one is declared there as a small interface and wired here.
package app
