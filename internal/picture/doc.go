// Package picture takes in the photos of people and the logos of chat entries
// and hands them out. What is kept is never the file that came: the picture is
// read, turned upright, made small and written again, so that nothing else that
// a file may carry (places, comments, code) goes to anybody. A picture has its
// content's hash for a name; it is handed out as long as a person or an entry
// has it, and never changes, so it may be cached.
package picture
