// Command parley is the whole contact centre in one process.
package main

func main() {}
