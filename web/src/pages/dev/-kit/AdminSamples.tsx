import { Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { EntityForm, FormSection } from '@/shared/ui/admin/EntityForm';
import { EntityList } from '@/shared/ui/admin/EntityList';
import type { State } from '@/shared/ui/StateIcon';
import { StatusChip } from '@/shared/ui/StatusChip';
import type { DataColumn } from '@/shared/ui/table/columns';
import { useTableInUrl } from '@/shared/ui/table/state';
import { fakeSave } from './fakeServer';
import classes from './kit.module.css';
import { Sample, Samples } from './Sample';

interface Agent {
  id: string;
  name: string;
  state: State;
  handled: number;
  load: number | null;
}

const names = ['Анна Белова', 'Сергей Котов', 'Иван Иванов', 'Ольга Новикова', 'Дмитрий Орлов'];
const states: State[] = ['ready', 'busy', 'wrapup', 'not_ready', 'ringing'];
const agents: Agent[] = Array.from({ length: 1000 }, (_, n) => ({
  id: `a${n}`,
  name: `${names[n % 5]} ${n + 1}`,
  state: states[n % 5] ?? 'ready',
  handled: (n * 7) % 60,
  load: n % 9 === 0 ? null : (n * 13) % 100,
}));

const columns: DataColumn<Agent>[] = [
  { id: 'name', label: 'Имя', value: (agent) => agent.name, grow: true },
  {
    id: 'state',
    label: 'Состояние',
    value: (agent) => agent.state,
    cell: (agent) => <StatusChip state={agent.state} />,
    width: 150,
  },
  {
    id: 'load',
    label: 'Загрузка',
    value: (agent) => agent.load,
    align: 'end',
    width: 110,
    meaning: '(обработка + постобработка) / (занят + готов)',
  },
  { id: 'handled', label: 'Обработано', value: (agent) => agent.handled, align: 'end', width: 120 },
  { id: 'id', label: 'Номер', value: (agent) => agent.id, width: 90, hidden: true },
];

export function AdminSamples() {
  const state = useTableInUrl('agents');
  const [open, setOpen] = useState<Agent | null>(agents[1] ?? null);
  return (
    <Samples title="Administration">
      <Sample name="EntityList, EntityForm" wide>
        <div className={classes.admin}>
          <EntityList
            title="Операторы"
            about="Люди, которые принимают обращения."
            label="Операторы"
            rows={agents}
            columns={columns}
            rowId={(agent) => agent.id}
            state={state}
            openId={open?.id}
            onOpen={setOpen}
            details={(agent) => <span>{agent.name}</span>}
            create={{ label: 'Новый оператор', perform: () => setOpen(null) }}
            panel={open && <AgentForm key={open.id} agent={open} onClose={() => setOpen(null)} />}
          />
        </div>
      </Sample>
    </Samples>
  );
}

function AgentForm({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  return (
    <EntityForm
      title={agent.name}
      initial={{ name: agent.name, phone: '201', active: true }}
      version={3}
      labels={{ name: 'Имя', phone: 'Телефон', active: 'Работает' }}
      lockedFields={['phone']}
      save={fakeSave}
      reload={async () => ({
        values: { name: 'Анна Белова (изменено)', phone: '201', active: true },
        version: 4,
      })}
      remove={{ name: agent.name, perform: async () => onClose() }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <FormSection title="Профиль">
            <TextInput label="Имя" required {...form.getInputProps('name')} />
            <TextInput label="Телефон" {...form.getInputProps('phone')} />
          </FormSection>
          <FormSection title="Доступ">
            <Switch label="Работает" {...form.getInputProps('active', { type: 'checkbox' })} />
          </FormSection>
        </>
      )}
    </EntityForm>
  );
}
