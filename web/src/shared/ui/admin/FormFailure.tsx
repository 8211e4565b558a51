import { Alert } from '@mantine/core';
import { ApiError } from '@/shared/api/errors';
import { useErrorWords } from '../errorWords';
import classes from './admin.module.css';
import type { EntityFormInput } from './useEntityForm';

/** What a save was refused with: the field by its label, the reason where it is known. */
export function FormFailure({
  error,
  labels,
  reason,
}: {
  error: unknown;
  labels: Partial<Record<string, string>>;
  reason: EntityFormInput<never>['reason'];
}) {
  const words = useErrorWords();
  const problem = error instanceof ApiError ? error.problem : {};
  const field = problem.field?.split(/[.[]/)[0] ?? '';
  const said = words(error, field ? { field: labels[field] ?? problem.field ?? '' } : undefined);
  const why = field && problem.args?.reason && reason?.(String(problem.args.reason), problem.args);
  return (
    <Alert color="red" variant="outline" role="alert" title={said.what}>
      {why} {said.means} {said.todo} <span className={classes.code}>{said.code}</span>
    </Alert>
  );
}
