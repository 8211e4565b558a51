// Package db is the one door to the database: SQLite in the data folder by
// default, PostgreSQL at scale, with the same models and queries on both.
//
// Reads go to Read (a pool) or ReadTx (one consistent view). Everything that
// changes something goes through Write, which queues for SQLite's single writer
// by class, commits small transactions together so that they share an fsync,
// and on PostgreSQL repeats what lost a serialisation conflict. What must follow
// a commit hangs on the transaction (BeforeCommit, AfterCommit).
//
// When Write returns nil the data is on disk: SQLite runs with synchronous=FULL,
// PostgreSQL with its default synchronous_commit.
//
// Tables are made by hand-written migrations, one folder per engine. What differs
// between the engines stays in this package.
package db
