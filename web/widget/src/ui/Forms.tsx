import type { InputHTMLAttributes } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { newId } from '../outbox';
import type { Field } from '../protocol';
import type { Session } from '../session';
import type { Say, TextKey } from '../texts';
import { Linked } from './Linked';

type Values = Record<string, string>;

// What the browser may fill in, and which keyboard a phone shows.
const kinds: Record<string, InputHTMLAttributes> = {
  name: { autocomplete: 'name' },
  email: { type: 'email', autocomplete: 'email' },
  phone: { type: 'tel', autocomplete: 'tel' },
};

export function StartForm({ session }: { session: Session }) {
  const { config } = session.state;
  const services = config?.services ?? [];
  const submit = async (text: string, values: Values) => {
    const { service, ...form } = values;
    session.start(text, form, service);
    return true;
  };
  return (
    <CustomerForm
      session={session}
      intro={session.say('greeting')}
      fields={config?.preChat ?? []}
      services={services.length > 1 ? services : []}
      button={session.say('begin')}
      onSubmit={submit}
    />
  );
}

export function OfflineForm({ session }: { session: Session }) {
  const { say } = session;
  const { config } = session.state;
  // The same id however often it is tried: the server keeps one message.
  const id = useRef(newId());
  if (!config?.offline?.enabled) {
    return (
      <p class="plain">
        {say('closed')} {opens(config?.opensAt, config?.lang, say)}
      </p>
    );
  }
  const submit = async (text: string, form: Values) => {
    const ok = await session.leaveOffline(id.current, text, form);
    if (ok) {
      id.current = newId();
      session.write('');
    }
    return ok;
  };
  const fields = config.offline.fields ?? [{ field: 'name' }, { field: 'email', required: true }];
  return (
    <CustomerForm
      session={session}
      intro={`${say('offline')} ${opens(config.opensAt, config.lang, say)}`}
      fields={fields}
      services={[]}
      button={say('leave')}
      onSubmit={submit}
    />
  );
}

function opens(at: number | undefined, lang: string | undefined, say: Say): string {
  if (!at || at < Date.now()) return '';
  const form = { day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit' } as const;
  return say('opensAt', { when: new Intl.DateTimeFormat(lang, form).format(at) });
}

interface FormProps {
  session: Session;
  intro: string;
  fields: Field[];
  services: { id: string; name: string }[];
  button: string;
  onSubmit(text: string, values: Values): Promise<boolean>;
}

function CustomerForm({ session, intro, fields, services, button, onSubmit }: FormProps) {
  const { say } = session;
  const { draft, formErrors, config } = session.state;
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>(() => session.form());
  const [agreed, setAgreed] = useState(false);
  const [own, setOwn] = useState<Values>({});
  const [busy, setBusy] = useState(false);
  const asked = fields.filter((f) => f.field !== 'text');
  const errors = { ...formErrors, ...own };

  useEffect(() => {
    if (Object.keys({ ...formErrors, ...own }).length)
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [formErrors, own]);

  const submit = async (e: Event) => {
    e.preventDefault();
    const sent: Values = {};
    for (const f of asked) sent[f.field] = (values[f.field] ?? '').trim();
    if (services.length) sent.service = values.service ?? '';
    const wrong = check(asked, sent, draft, say);
    if (services.length && !sent.service) wrong.service = say('required');
    if (config?.consent && !agreed) wrong.consent = say('required');
    if (agreed) sent.consent = 'yes';
    setOwn(wrong);
    if (Object.keys(wrong).length || busy) return;
    setBusy(true);
    await onSubmit(draft.trim(), sent);
    setBusy(false);
  };
  const put = (name: string, value: string) => setValues({ ...values, [name]: value });
  const questionLabel = fields.find((f) => f.field === 'text')?.label ?? say('question');
  return (
    <form class="form" ref={form} noValidate onSubmit={submit}>
      <p class="intro">{intro}</p>
      {errors['*'] && (
        <p class="error" role="alert">
          {errors['*']}
        </p>
      )}
      {asked.map((f) => (
        <Row
          key={f.field}
          name={f.field}
          label={labelOf(f, say)}
          required={f.required}
          error={errors[f.field]}
        >
          {(aria) => (
            <input
              {...aria}
              {...kinds[f.field]}
              maxLength={200}
              value={values[f.field] ?? ''}
              onInput={(e) => put(f.field, e.currentTarget.value)}
            />
          )}
        </Row>
      ))}
      {services.length > 0 && (
        <Row name="service" label={say('service')} required error={errors.service}>
          {(aria) => (
            <select
              {...aria}
              value={values.service ?? ''}
              onChange={(e) => put('service', e.currentTarget.value)}
            >
              <option value="" />
              {services.map((s) => (
                <option key={s.id} value={s.id}>
                  {s.name}
                </option>
              ))}
            </select>
          )}
        </Row>
      )}
      <Row name="text" label={questionLabel} required error={errors.text}>
        {(aria) => (
          <textarea
            {...aria}
            rows={4}
            maxLength={4000}
            value={draft}
            onInput={(e) => session.write(e.currentTarget.value)}
          />
        )}
      </Row>
      {config?.consent && (
        <div class="row">
          <label class="consent">
            <input
              type="checkbox"
              checked={agreed}
              aria-invalid={!!errors.consent}
              aria-describedby={errors.consent ? 'e-consent' : undefined}
              onChange={(e) => setAgreed(e.currentTarget.checked)}
            />
            <span>
              <Linked text={config.consent} />
            </span>
          </label>
          <Wrong name="consent" text={errors.consent} />
        </div>
      )}
      <button type="submit" class="button primary wide" disabled={busy}>
        {button}
      </button>
    </form>
  );
}

interface Aria {
  id: string;
  class: string;
  name: string;
  'aria-required': boolean;
  'aria-invalid': boolean;
  'aria-describedby'?: string;
}

function Row(p: {
  name: string;
  label: string;
  required?: boolean;
  error?: string;
  children: (aria: Aria) => preact.JSX.Element;
}) {
  const id = `f-${p.name}`;
  return (
    <div class="row">
      <label for={id}>
        {p.label}
        {p.required && (
          <span class="star" aria-hidden="true">
            {' *'}
          </span>
        )}
      </label>
      {p.children({
        id,
        class: 'input',
        name: p.name,
        'aria-required': !!p.required,
        'aria-invalid': !!p.error,
        'aria-describedby': p.error ? `e-${p.name}` : undefined,
      })}
      <Wrong name={p.name} text={p.error} />
    </div>
  );
}

function Wrong({ name, text }: { name: string; text?: string }) {
  if (!text) return null;
  return (
    <p class="error" id={`e-${name}`}>
      {text}
    </p>
  );
}

function labelOf(f: Field, say: Say): string {
  return f.label || say(f.field as TextKey);
}

function check(fields: Field[], values: Values, text: string, say: Say): Values {
  const wrong: Values = {};
  for (const f of fields) {
    const v = values[f.field] ?? '';
    if (!v && f.required) wrong[f.field] = say('required');
    else if (v && f.field === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(v)) wrong.email = say('check');
    else if (v && f.field === 'phone' && v.replace(/\D/g, '').length < 5) wrong.phone = say('check');
  }
  if (!text.trim()) wrong.text = say('required');
  return wrong;
}
