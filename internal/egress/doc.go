// Package egress makes requests to addresses that users have typed in: webhooks,
// integrations, steps of workflows. Such an address must not lead back inside,
// to services that trust whoever is on the machine or in its network. So the
// address is judged where it counts, at the connection, after the name was looked
// up; redirects are not followed, no proxy of the environment is used, and an
// answer is read up to a limit.
package egress
