package call

import (
	"context"

	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

// registerInternal puts calls between colleagues on the server.
func (a API) registerInternal(s *web.Server) {
	web.Command(s, web.Op{Path: "/api/calls", ID: "callColleague", Tag: tag, Privileges: []string{org.HandleVoice},
		Summary: "Call a colleague from one's desk"}, a.callColleague)
}

type callColleagueInput struct {
	Body struct {
		UserID    string `json:"userId,omitempty" maxLength:"100" doc:"Either this or extension"`
		Extension string `json:"extension,omitempty" maxLength:"20"`
		ServiceID string `json:"serviceId,omitempty" maxLength:"100" doc:"The service in whose statistics the call counts"`
	}
}

type begunOutput struct{ Body Begun }

func (a API) callColleague(ctx context.Context, in *callColleagueInput) (*begunOutput, error) {
	who := web.Who(ctx)
	if who.UserID == "" || who.SessionID == "" {
		return nil, fail.Forbidden() // a call needs a desk
	}
	if id := in.Body.ServiceID; id != "" {
		s, err := a.Org.Service(ctx, who.TenantID, id)
		if err != nil || s.Archived || s.Channel != org.ChannelVoice && s.Channel != org.ChannelBlended {
			return nil, fail.Invalid("serviceId", "This service takes no calls")
		}
	}
	b, err := a.Calls.CallColleague(ctx, Caller{who.TenantID, who.UserID, who.SessionID},
		Colleague{UserID: in.Body.UserID, Extension: in.Body.Extension, ServiceID: in.Body.ServiceID})
	if err != nil {
		return nil, err
	}
	return &begunOutput{b}, nil
}
