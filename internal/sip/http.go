package sip

import (
	"context"
	"errors"
	"time"

	"parley/internal/fail"
	"parley/internal/web"
)

// API lets administrators see and test the trunks.
type API struct {
	Server *Server // nil: SIP is switched off
	// Trunk gives a trunk of a tenant as it is set, whether it is in use or not.
	Trunk func(ctx context.Context, tenant, id string) (Trunk, error)
	Edit  []string // privileges
}

// testFor bounds a test: every address of the trunk may need its time.
const testFor = 20 * time.Second

// Register puts the operations on the server.
func (a API) Register(s *web.Server) {
	web.Command(s, web.Op{Path: "/api/trunks/{id}/test", ID: "testTrunk", Tag: "trunks", Privileges: a.Edit,
		Summary: "Ask the trunk's host for its abilities and show the whole exchange"}, a.test)
	web.Query(s, web.Op{Path: "/api/trunk-status", ID: "listTrunkStatus", Tag: "trunks", Privileges: a.Edit,
		Summary: "How the trunks in use are"}, a.status)
}

type testInput struct {
	ID string `path:"id" maxLength:"100"`
}

// TestResult is what came of a trunk's test.
type TestResult struct {
	OK     bool   `json:"ok"`
	Reason string `json:"reason" enum:",silent,unknown,refused,unreached" doc:"Why there was no answer; empty when there was one"`
	Detail string `json:"detail" doc:"The last answer in a few words"`
	Text   string `json:"text" doc:"Every message that went out and came in, without secrets"`
}

type testOutput struct{ Body TestResult }

func (a API) test(ctx context.Context, in *testInput) (*testOutput, error) {
	t, err := a.Trunk(ctx, web.Who(ctx).TenantID, in.ID)
	if err != nil {
		return nil, err
	}
	if a.Server == nil {
		return nil, errOff()
	}
	ctx, cancel := context.WithTimeout(ctx, testFor)
	defer cancel()
	x, err := a.Server.Test(ctx, t)
	if errors.Is(err, ErrNothingToTest) {
		return nil, fail.Invalid("host", "The trunk has no host to ask: it only takes calls")
	}
	if err != nil {
		return nil, err
	}
	return &testOutput{TestResult(x)}, nil
}

func errOff() error { return fail.State("SIP is switched off on this installation (sip-listen)") }

// StatusView is a trunk in use.
type StatusView struct {
	TrunkID            string `json:"trunkId"`
	Name               string `json:"name"`
	State              string `json:"state" enum:"unknown,up,down"`
	Detail             string `json:"detail" doc:"The last answer"`
	Since              int64  `json:"since" doc:"Unix ms"`
	Registration       string `json:"registration" enum:",registered,registering,failed" doc:"Empty: it does not sign in"`
	RegistrationDetail string `json:"registrationDetail"`
	Calls              int    `json:"calls"`
}

func (st TrunkStatus) view() StatusView {
	v := StatusView{TrunkID: st.TrunkID, Name: st.Name, State: st.State, Detail: st.Detail, Registration: st.Registration,
		RegistrationDetail: st.RegistrationDetail, Calls: st.Calls}
	if !st.Since.IsZero() {
		v.Since = st.Since.UnixMilli()
	}
	return v
}

type statusOutput struct {
	Body struct {
		Items []StatusView `json:"items"`
		Off   bool         `json:"off" doc:"SIP is switched off on this installation"`
	}
}

func (a API) status(ctx context.Context, _ *struct{}) (*statusOutput, error) {
	out := &statusOutput{}
	out.Body.Items, out.Body.Off = []StatusView{}, a.Server == nil
	if a.Server == nil {
		return out, nil
	}
	tenant := web.Who(ctx).TenantID
	for _, st := range a.Server.Status() {
		if st.TenantID == tenant {
			out.Body.Items = append(out.Body.Items, st.view())
		}
	}
	return out, nil
}
