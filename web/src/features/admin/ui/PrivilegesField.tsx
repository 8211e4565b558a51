import { Checkbox, Fieldset } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { LoadingState } from '@/shared/ui/LoadingState';
import { privilegesQuery } from '../api/store';
import type { Form } from './FieldInput';
import { disabledOf } from './inputs/disabled';
import { useFieldWords } from './words';

/** Privileges in the server's groups. */
export function PrivilegesField({ path, form, label }: { path: string; form: Form; label: string }) {
  const words = useFieldWords();
  const groups = useQuery(privilegesQuery);
  if (!groups.data) return <LoadingState />;
  const input = form.getInputProps(path);
  return (
    <Checkbox.Group {...input} label={label} value={(input.value as string[]) ?? []}>
      {(groups.data.groups ?? []).map((group) => (
        <Fieldset key={group.name} legend={words.privilege(group.name)} mt="xs">
          {(group.privileges ?? []).map((one) => (
            <Checkbox
              key={one}
              mt={4}
              value={one}
              label={words.privilege(one)}
              disabled={disabledOf(input)}
            />
          ))}
        </Fieldset>
      ))}
    </Checkbox.Group>
  );
}
