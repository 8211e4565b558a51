import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type reasons from '../i18n/reasons/en';

type Reason = keyof typeof reasons;

// The server gives the reason in English, its values inside; named groups carry them over.
const SAID: readonly (readonly [RegExp, Reason])[] = [
  [/^(must not be empty|is required|must be given|expected length >= 1)$/, 'empty'],
  [/^must have 1 to (?<max>\d+) characters$/, 'longest'],
  [/^(must have at most|expected length <=) (?<max>\d+)/, 'longest'],
  [/^(must have at least|expected length >=) (?<min>\d+)/, 'shortest'],
  [/^(must be between|must be) (?<min>\d+) (and|to) (?<max>\d+)$/, 'between'],
  [/^expected number <= (?<max>\S+)$/, 'highest'],
  [/^expected number >= (?<min>\S+)$/, 'lowest'],
  [/^expected array length <= (?<max>\d+)$/, 'entries'],
  [/^(must name at least one|expected array length >= 1)/, 'oneEntry'],
  [/^expected (integer|number)$/, 'whole'],
  [/^the host name (?<host>\S+) is already taken$/, 'host'],
  [/(is already taken|^another .+ has this .+)$/, 'taken'],
  [/^there is no /, 'gone'],
  [/stands there twice$/, 'twice'],
  [/^must be an e-mail address/, 'email'],
  [/^must be a phone number/, 'phone'],
  [/^must be a telephone number/, 'number'],
  [/^must hold only digits/, 'digits'],
  [/^must be an address beginning with/, 'link'],
  [/^the address is not a public one$/, 'private'],
  [/^must be a host name or an IP address, without port$/, 'hostOnly'],
  [/^must be a host( name)? or/, 'server'],
  [/^must be given, also when/, 'anew'],
  [/^must not be empty when cases are acknowledged$/, 'empty'],
  [/^the text must be given in at least one language/, 'ackText'],
  [/^(?<variable>\$\(\S*) is not a variable/, 'variable'],
  [/^must not be more than the whole mail/, 'wholeMail'],
  [/^must be a mailbox$/, 'choice'],
  [/^must be one of the mailbox's addresses$/, 'ownAddress'],
  [/^must be a language such as/, 'tongue'],
  [/^a rule needs words/, 'rule'],
  [/^must be another folder/, 'otherFolder'],
  [/^must be a service for chats$/, 'forChats'],
  [/^must be a service for calls$/, 'forCalls'],
  [/^must be a service for e-mail$/, 'forMail'],
  [/^must be a time zone/, 'zone'],
  [/^must be a colour/, 'colour'],
  [/^must be a time such/, 'time'],
  [/^must be later than the beginning$/, 'later'],
  [/^must be later than the step before$/, 'laterStep'],
  [/^must be a date/, 'date'],
  [/^must lie in the future/, 'future'],
  [/(control characters|^must be valid UTF-8)$/, 'line'],
  [/^(must be one of|expected value to be one of|must be the name of an icon|is not a language)/, 'choice'],
  [/^must begin with a letter or digit/, 'login'],
  [/^must be given in at least one language/, 'language'],
  [/^the team would stand below itself$/, 'below'],
  [/^the category would stand below itself$/, 'belowCategory'],
  [/^stays as it was made/, 'fixed'],
  [/^the tree has at most (?<max>\d+) levels$/, 'levels'],
  [/^needs dispositions/, 'dispositions'],
  [/is not final$/, 'final'],
  [/^does not go with calling again$/, 'recall'],
  [/^must name each kind of work once/, 'precedence'],
  [/when consent is asked$/, 'consent'],
  [/^must be a file ending/, 'fileEnding'],
  [/^needs an address calls come from/, 'calls'],
  [/when Parley is to sign in( there)?$/, 'account'],
  [/^(needs 1 to \d+ privileges|holds a privilege)/, 'scopes'],
  [/^must be the name of the tenant$/, 'confirm'],
  [/^needs a letter$/, 'letter'],
  [/^needs a digit$/, 'digit'],
  [/^needs a character that is neither/, 'other'],
  [/^must not contain the user name$/, 'user'],
  [/^is one character repeated$/, 'same'],
  [/(was used before|is the present password)$/, 'remembered'],
  [/^must be a picture that was uploaded$/, 'picture'],
  [/^is too long$/, 'tooLong'],
];

/** The word and the values of what the server says is wrong with a field. */
export function reasonOf(
  said: string,
  args: Record<string, string | number> = {},
): [Reason, Record<string, string | number>] {
  // Of a password's length the server says the bound beside.
  if (said === 'is too short' && args.min !== undefined) return ['shortest', { min: args.min }];
  if (said === 'is too long' && args.max !== undefined) return ['longest', { max: args.max }];
  for (const [shape, reason] of SAID) {
    const match = shape.exec(said);
    if (match) return [reason, { ...match.groups }];
  }
  return ['said', { reason: said }];
}

/** Says in the person's language what is wrong with a field. */
export function useReasons() {
  const { t } = useTranslation('admin');
  return useCallback(
    (said: string, args?: Record<string, string | number>) => {
      const [reason, values] = reasonOf(said, args);
      return t(`reason.${reason}`, values);
    },
    [t],
  );
}
