package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// caseValueChars is how much of a case's value it is found by.
const caseValueChars = 100

// CaseValueKey is what a case is found by for a value of a field of it: a text, a
// number or true.
func CaseValueKey(value any) string {
	var text string
	switch v := value.(type) {
	case string:
		text = strings.ToLower(v)
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		text = strconv.FormatBool(v)
	}
	if r := []rune(text); len(r) > caseValueChars {
		text = string(r[:caseValueChars])
	}
	return text
}

// caseValuesVersion is the number under which what cases were told already can be
// found: SQLite by itself lowers only Latin letters.
const caseValuesVersion = 89

func caseValues(engine string) *goose.Migration {
	into := "INSERT INTO case_values (tenant_id, case_id, field_id, value) VALUES (?, ?, ?, ?)"
	if engine == Postgres {
		into = "INSERT INTO case_values (tenant_id, case_id, field_id, value) VALUES ($1, $2, $3, $4)"
	}
	return goose.NewGoMigration(caseValuesVersion, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		all, err := toldCases(ctx, tx)
		if err != nil {
			return err
		}
		for _, k := range all {
			var values map[string]any
			if err := json.Unmarshal([]byte(k.fields), &values); err != nil {
				return fmt.Errorf("fields of the case %s: %w", k.id, err)
			}
			for field, value := range values {
				if _, err := tx.ExecContext(ctx, into, k.tenant, k.id, field, CaseValueKey(value)); err != nil {
					return err
				}
			}
		}
		return nil
	}}, nil)
}

type toldCase struct{ tenant, id, fields string }

func toldCases(ctx context.Context, tx *sql.Tx) (all []toldCase, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT tenant_id, id, fields FROM cases WHERE fields <> '{}'")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var k toldCase
		if err := rows.Scan(&k.tenant, &k.id, &k.fields); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}
