// Package stats keeps the live figures of a tenant: services, teams, agents and the contacts going on now. It is fed
// by the same changes as the desks (audience "stats"), starts from the day's rows, and sends nothing itself: whoever
// watches asks for a view when its number has moved.
//
// Figures are sums of what each segment contributes. A change of a segment takes its former contribution out and
// puts the new one in, so a view costs the number of services and agents, never the number of contacts of the day,
// and the sums equal those of a query over the records (tested).
package stats
