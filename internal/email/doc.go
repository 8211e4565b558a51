// Package email is the channel of mails: what arrives is kept raw, understood,
// joined to its case and laid before an agent; what agents write goes out.
//
// A mail that arrives is a blob and a row of mail_intake before its sender hears
// that it was taken. The node that holds the tenant's floor then understands it:
// the mail finds its case, by the thread key in its subject, else by the
// identifiers of earlier mails it refers to, else a new one; its case's contact
// of kind email goes on or a new one begins. What cannot be understood waits in
// the quarantine with its reason.
//
//	new → taken | quarantined ⇄ new | dropped        (mail_intake)
//	draft → sending → sent | failed | doubtful        (mails going out)
//
// A contact's segments stand in the team's queue (waiting, offered, or left for
// agents to take), in an agent's personal queue, in hand, or ended. Which of
// them the floor decides; mail_rows says it again beside what the queues show of
// a mail, so that a page of a queue is one look at an index. Record keeps both
// in step in the floor's own transaction.
//
// One segment has at most one draft. Sending writes the mail as bytes, with its
// Message-ID, into a blob and leaves a job: what went is what was written,
// however often it is tried.
package email
