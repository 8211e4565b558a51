import { createFileRoute } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLook } from '@/shared/lib/look';
import { AdminSamples } from './-kit/AdminSamples';
import { CallSamples } from './-kit/CallSamples';
import { ChatSamples } from './-kit/ChatSamples';
import { DeskSamples } from './-kit/DeskSamples';
import classes from './-kit/kit.module.css';
import { MessageSamples } from './-kit/MessageSamples';
import { PieceSamples } from './-kit/PieceSamples';

interface KitSearch {
  theme?: 'light' | 'dark';
  part?: string;
}

const parts = {
  pieces: PieceSamples,
  messages: MessageSamples,
  chat: ChatSamples,
  call: CallSamples,
  desk: DeskSamples,
  admin: AdminSamples,
};

/** Every component in every state, to be looked at and photographed. Not linked from anywhere. */
export const Route = createFileRoute('/dev/kit')({
  validateSearch: (search: Record<string, unknown>): KitSearch => search as KitSearch,
  component: Kit,
});

function Kit() {
  const { theme, part } = Route.useSearch();
  useEffect(() => {
    if (theme) useLook.getState().set({ scheme: theme });
  }, [theme]);
  const shown = Object.entries(parts).filter(([name]) => part === undefined || part === name);
  return (
    <main className={classes.kit}>
      {shown.map(([name, Samples]) => (
        <Samples key={name} />
      ))}
    </main>
  );
}
