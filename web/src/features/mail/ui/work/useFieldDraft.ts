import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type FormField,
  keepValue,
  onLeave,
  readValue,
  type Told,
  type Wrong,
  wrongOf,
} from '../../api/fields';

/** What is typed into a field and not kept yet. */
interface FieldDraft {
  /** What is typed; undefined: what the case says. */
  text: string | undefined;
  /** What is chosen and not kept yet; undefined: what the case says. */
  chosen: Told | undefined;
  wrong: Wrong | undefined;
  state: 'still' | 'saving' | 'saved';
  type: (text: string) => void;
  /** Keeps what is typed; false: it cannot be kept. */
  keep: () => Promise<boolean>;
  /** Keeps a value that is chosen rather than typed. */
  choose: (value: Told) => void;
  /** Goes back to what the case says. */
  forget: () => void;
}

/** A field's draft: kept when the field is left, when the case goes out of hand, when it goes off the screen. */
export function useFieldDraft(caseId: string, field: FormField, told: Told): FieldDraft {
  const { i18n } = useTranslation();
  const [text, setText] = useState<string>();
  const [chosen, setChosen] = useState<Told>();
  const [wrong, setWrong] = useState<Wrong>();
  const [state, setState] = useState<FieldDraft['state']>('still');
  // What the person saw when they began to type: whose change of it is a conflict.
  const seen = useRef(told);
  const typed = useRef<string>(undefined);
  const under = useRef<{ text: string; done: Promise<boolean> }>(undefined);

  const send = async (value: Told): Promise<boolean> => {
    setState('saving');
    setWrong(undefined);
    try {
      await keepValue(caseId, field, seen.current, value);
      setState('saved');
      return true;
    } catch (error) {
      setState('still');
      setWrong(wrongOf(field.kind, error));
      return false;
    }
  };
  const forget = () => {
    typed.current = undefined;
    setText(undefined);
    setWrong(undefined);
  };
  const keep = (): Promise<boolean> => {
    const now = typed.current;
    if (now === undefined) return Promise.resolve(true);
    if (under.current?.text === now) return under.current.done;
    const read = readValue(field.kind, now, i18n.language);
    if ('wrong' in read) {
      setWrong(read.wrong);
      return Promise.resolve(false);
    }
    if (read.value === told) {
      forget();
      return Promise.resolve(true);
    }
    const done = send(read.value).then((kept) => {
      under.current = undefined;
      if (kept && typed.current === now) forget();
      return kept;
    });
    under.current = { text: now, done };
    return done;
  };

  const latest = useRef(keep);
  latest.current = keep;
  const refused = useRef(wrong);
  refused.current = wrong;
  useEffect(() => onLeave(caseId, () => latest.current()), [caseId]);
  // Going off the screen is no answer to a refusal.
  useEffect(() => () => void (refused.current ?? latest.current()), []);

  return {
    text,
    chosen,
    wrong,
    state,
    type: (next) => {
      if (typed.current === undefined) seen.current = told;
      typed.current = next;
      setText(next);
      setWrong(undefined);
      setState('still');
    },
    keep,
    choose: (value) => {
      if (value === told) return;
      seen.current = told;
      setChosen(value);
      void send(value).finally(() => setChosen(undefined));
    },
    forget,
  };
}
