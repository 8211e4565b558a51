// Package accesstest makes people who can sign in, and the cases with which the
// matrix (web/matrixtest) tries sign-in, API keys and the administration.
package accesstest
