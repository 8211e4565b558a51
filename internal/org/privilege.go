package org

import "slices"

// The privileges, checked by the server on every call.
const (
	HandleVoice         = "handle.voice"
	HandleChat          = "handle.chat"
	HandleEmail         = "handle.email"
	HandleSMS           = "handle.sms"
	HandleExternalCalls = "handle.external_calls"
	HandleTransfer      = "handle.transfer"
	HandleFavourites    = "handle.favourites"
	HandleCalendar      = "handle.calendar"
	HandleTeamchat      = "handle.teamchat"
	HandleDeleteCases   = "handle.delete_cases"
	HandleMaskEmail     = "handle.mask_email"
	HandleOthersCases   = "handle.others_cases"
	HandleDirectory     = "handle.directory"
	HandleBan           = "handle.ban"

	SuperviseLive             = "supervise.live"
	SuperviseMonitor          = "supervise.monitor"
	SuperviseForceState       = "supervise.force_state"
	SuperviseCannedAll        = "supervise.canned_all"
	SuperviseWallboardView    = "supervise.wallboard_view"
	SuperviseWallboardEdit    = "supervise.wallboard_edit"
	SuperviseWallboardPublish = "supervise.wallboard_publish"
	SuperviseRecordings       = "supervise.recordings"
	SuperviseReports          = "supervise.reports"
	SuperviseOwnTeams         = "supervise.own_teams"

	ServicesManage    = "services.manage"
	ServicesCampaigns = "services.campaigns"

	SystemUsers    = "system.users"
	SystemSettings = "system.settings"
	SystemEntries  = "system.entries"

	SecurityAudit   = "security.audit"
	SecurityKeys    = "security.keys"
	SecurityTenants = "security.tenants"

	QualityEvaluate = "quality.evaluate"
	KnowledgeEdit   = "knowledge.edit"
	RecordsView     = "records.view"
)

// PrivilegeGroup is one group of privileges, in the order they are shown.
type PrivilegeGroup struct {
	Name       string   `json:"name"`
	Privileges []string `json:"privileges"`
}

// PrivilegeGroups lists all privileges there are.
var PrivilegeGroups = []PrivilegeGroup{
	{"handle", []string{HandleVoice, HandleChat, HandleEmail, HandleSMS, HandleExternalCalls, HandleTransfer, HandleFavourites,
		HandleCalendar, HandleTeamchat, HandleDeleteCases, HandleMaskEmail, HandleOthersCases, HandleDirectory, HandleBan}},
	{"supervise", []string{SuperviseLive, SuperviseMonitor, SuperviseForceState, SuperviseCannedAll, SuperviseWallboardView,
		SuperviseWallboardEdit, SuperviseWallboardPublish, SuperviseRecordings, SuperviseReports, SuperviseOwnTeams}},
	{"services", []string{ServicesManage, ServicesCampaigns}},
	{"system", []string{SystemUsers, SystemSettings, SystemEntries}},
	{"security", []string{SecurityAudit, SecurityKeys, SecurityTenants}},
	{"quality", []string{QualityEvaluate}},
	{"knowledge", []string{KnowledgeEdit}},
	{"records", []string{RecordsView}},
}

// Privileges lists all privileges in their order.
func Privileges() []string {
	var all []string
	for _, g := range PrivilegeGroups {
		all = append(all, g.Privileges...)
	}
	return all
}

// The ready-made roles. What they allow stands here and not in the database, so
// that a newer version's privileges reach them by themselves.
const (
	RoleAgent         = "agent"
	RoleSupervisor    = "supervisor"
	RoleQuality       = "quality_evaluator"
	RoleReports       = "report_viewer"
	RoleServiceAdmin  = "service_administrator"
	RoleSystemAdmin   = "system_administrator"
	RoleSecurityAdmin = "security_administrator"
)

type builtinRole struct {
	key, ru, en string
	privileges  []string
}

var builtinRoles = []builtinRole{
	{RoleAgent, "Оператор", "Agent", agentPrivileges},
	{RoleSupervisor, "Супервизор", "Supervisor", supervisorPrivileges},
	{RoleQuality, "Оценщик качества", "Quality evaluator", []string{QualityEvaluate, SuperviseRecordings, RecordsView}},
	{RoleReports, "Просмотр отчётов", "Report viewer", []string{SuperviseReports, SuperviseWallboardView, RecordsView}},
	{RoleServiceAdmin, "Администратор сервисов", "Service administrator",
		[]string{ServicesManage, ServicesCampaigns, KnowledgeEdit, SuperviseLive, SuperviseReports, SuperviseCannedAll,
			SuperviseWallboardView, SuperviseWallboardEdit, SuperviseWallboardPublish}},
	{RoleSystemAdmin, "Системный администратор", "System administrator",
		[]string{SystemUsers, SystemSettings, SystemEntries, ServicesManage, ServicesCampaigns, KnowledgeEdit, SuperviseLive, SuperviseReports}},
	{RoleSecurityAdmin, "Администратор безопасности", "Security administrator", []string{SecurityAudit, SecurityKeys, SecurityTenants}},
}

var agentPrivileges = []string{HandleVoice, HandleChat, HandleEmail, HandleSMS, HandleExternalCalls, HandleTransfer,
	HandleFavourites, HandleCalendar, HandleTeamchat, HandleDirectory, HandleBan}

var supervisorPrivileges = append(slices.Clone(agentPrivileges), HandleOthersCases, HandleDeleteCases,
	SuperviseLive, SuperviseMonitor, SuperviseForceState, SuperviseCannedAll, SuperviseWallboardView, SuperviseWallboardEdit,
	SuperviseRecordings, SuperviseReports, SuperviseOwnTeams, RecordsView)

func builtin(key string) (builtinRole, bool) {
	i := slices.IndexFunc(builtinRoles, func(b builtinRole) bool { return b.key == key })
	if i < 0 {
		return builtinRole{}, false
	}
	return builtinRoles[i], true
}
