import { Button, Checkbox, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { IconMicrophoneOff, IconPhoneOff, IconPlayerPause, IconTransfer } from '@tabler/icons-react';
import { serverNow } from '@/shared/lib/clock';
import { Avatar } from '@/shared/ui/Avatar';
import { ActionButton, ActionMenu } from '@/shared/ui/actions/ActionButton';
import type { Action } from '@/shared/ui/actions/action';
import { KINDS, KindIcon } from '@/shared/ui/KindIcon';
import { LookChoice } from '@/shared/ui/LookMenu';
import { STATES, StateIcon } from '@/shared/ui/StateIcon';
import { StatePicker } from '@/shared/ui/StatePicker';
import { StatusChip } from '@/shared/ui/StatusChip';
import { Figure } from '@/shared/ui/shell/StatusBar';
import { Timer } from '@/shared/ui/Timer';
import classes from './kit.module.css';
import { Sample, Samples } from './Sample';

const nothing = () => {};
const callActions: Action[] = [
  { id: 'mute', label: 'Mute', icon: IconMicrophoneOff, allowed: true, perform: nothing },
  { id: 'hold', label: 'Hold', icon: IconPlayerPause, allowed: true, perform: nothing },
  {
    id: 'transfer',
    label: 'Transfer',
    icon: IconTransfer,
    shortcut: 'Alt+Shift+KeyT',
    allowed: false,
    perform: nothing,
  },
  {
    id: 'end',
    label: 'Hang up',
    icon: IconPhoneOff,
    shortcut: 'Alt+KeyQ',
    danger: true,
    allowed: true,
    perform: nothing,
  },
];

export function PieceSamples() {
  const start = serverNow();
  return (
    <Samples title="Pieces">
      <Sample name="StatusChip" wide>
        <div className={classes.row}>
          {STATES.map((state) => (
            <StatusChip key={state} state={state} since={start - 161_000} />
          ))}
        </div>
        <div className={classes.row} style={{ marginTop: 10 }}>
          {STATES.map((state) => (
            <StatusChip key={state} state={state} size="l" />
          ))}
        </div>
      </Sample>
      <Sample name="StatePicker">
        <div className={classes.row}>
          <StatePicker
            state="busy"
            since={start - 135_000}
            pending="Обед"
            choices={[{ id: 'r', state: 'ready', label: 'Готов', onChoose: nothing }]}
          />
          <StatePicker state="wrapup" since={start} until={start + 58_000} choices={[]} />
        </div>
      </Sample>
      <Sample name="StateIcon, KindIcon">
        <div className={classes.row}>
          {STATES.map((state) => (
            <StateIcon key={state} state={state} label size={18} />
          ))}
        </div>
        <div className={classes.row} style={{ marginTop: 10 }}>
          {KINDS.map((kind) => (
            <KindIcon key={kind} kind={kind} />
          ))}
        </div>
      </Sample>
      <Sample name="Timer, Figure">
        <div className={classes.row}>
          <Timer since={start - 15_000} />
          <Timer since={start - 4_000_000} />
          <Timer until={start + 58_000} />
          <Timer since={start - 161_000} warnAfter={60_000} />
          <Figure label="SL" value="83 %" rank="2" tone="good" />
          <Figure label="ASA" value="02:41" tone="warn" />
          <Figure label="AHT" value="24/31" />
        </div>
      </Sample>
      <Sample name="Avatar">
        <div className={classes.row}>
          <Avatar name="Анна Кузнецова" presence="available" />
          <Avatar name="Мария Смирнова" presence="talking" />
          <Avatar name="Сергей Лебедев" presence="away" />
          <Avatar name="Иван Петров" presence="dnd" />
          <Avatar name="Ольга" presence="offline" />
          <Avatar name="John Smith" size={44} />
        </div>
      </Sample>
      <Sample name="ActionButton">
        <div className={classes.row}>
          {callActions.map((action, index) => (
            <ActionButton
              key={action.id}
              action={action}
              compact={index < 3}
              pressed={index === 0 || undefined}
              size="md"
            />
          ))}
          <ActionMenu actions={callActions} />
          <Button>Primary</Button>
          <Button variant="default">Default</Button>
          <Button loading>Busy</Button>
          <Button disabled>Disabled</Button>
        </div>
      </Sample>
      <Sample name="Fields">
        <div className={classes.column}>
          <TextInput label="Name" placeholder="Placeholder" required />
          <TextInput label="With an error" defaultValue="x" error="At least 3 characters" />
          <TextInput label="Disabled" defaultValue="Locked" disabled />
          <Select label="Select" data={['One', 'Two']} defaultValue="One" />
          <NumberInput label="Number" defaultValue={20} suffix=" s" />
          <Textarea label="Text" defaultValue="Предпочитает звонок после 18:00." />
          <Checkbox label="Checkbox" defaultChecked />
          <Switch label="Switch" defaultChecked />
        </div>
      </Sample>
      <Sample name="LookChoice">
        <LookChoice />
      </Sample>
    </Samples>
  );
}
