package org

// Disposition is an outcome of a contact an agent can pick.
type Disposition struct {
	Base
	Name            string `json:"name"`
	Folder          string `json:"folder" doc:"Where it stands in the list; levels parted by /"`
	Code            string `json:"code" doc:"For reports and other systems; unique when given"`
	Kind            string `json:"kind" enum:"success,failure,neutral"`
	Final           bool   `json:"final"`
	Mandatory       bool   `json:"mandatory" doc:"Needs a comment"`
	Icon            string `json:"icon" doc:"Shown as a button of the toolbar"`
	ClosesCase      bool   `json:"closesCase"`
	Spam            bool   `json:"spam"`
	Retry           bool   `json:"retry" doc:"Campaigns: call again"`
	DoNotCall       bool   `json:"doNotCall" doc:"Campaigns: never again"`
	Reschedule      bool   `json:"reschedule" doc:"Campaigns: asks for a time"`
	RequestsErasure bool   `json:"requestsErasure"`
	WorkflowID      string `json:"workflowId" doc:"Started when it is set"`
}

func newDisposition() *Disposition { return &Disposition{Kind: "neutral", Final: true} }

func (d *Disposition) label() string        { return d.Name }
func (d *Disposition) columns() []column    { return []column{{"code", d.Code}, {"folder", d.Folder}} }
func (d *Disposition) searchable() []string { return []string{d.Folder, d.Code} }

func (d *Disposition) check(c *check) {
	c.line("name", &d.Name, 1, 100)
	c.line("folder", &d.Folder, 0, 200)
	c.line("code", &d.Code, 0, 50)
	c.oneOf("kind", d.Kind, "success", "failure", "neutral")
	c.icon("icon", d.Icon)
	c.line("workflowId", &d.WorkflowID, 0, 50)
	if d.Final && (d.Retry || d.Reschedule) {
		c.bad("final", "a disposition that calls again is not final")
	}
	if d.DoNotCall && (d.Retry || d.Reschedule) {
		c.bad("doNotCall", "does not go with calling again")
	}
}
