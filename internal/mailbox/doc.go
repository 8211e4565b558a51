// Package mailbox is the edge to the world's mail: an SMTP server that takes
// mail for the mailboxes of this installation and nothing else, one fetcher for
// each mailbox that is kept on an IMAP server, and the way out through a relay.
//
// It understands no mail. What arrives goes to the Intake as raw bytes, and only
// when the Intake has made it durable does the sending side hear 250, or is the
// mail on the server marked. A crash between the two makes the mail come again,
// and the Intake knows it already. A fetcher is owned by the node that holds the
// lease of its mailbox; how far it has come stands in mailbox_states.
package mailbox
