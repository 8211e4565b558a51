const telephony = {
  trunk: {
    test: 'Test',
    text: 'Parley asks the host whether it is there (OPTIONS). Save changes first.',
    button: 'Test the trunk',
    ok: 'The trunk answers.',
    bad: 'The trunk does not answer.',
  },
  unanswered: {
    silent: 'Nothing came back in time.',
    unknown: 'The name of the host is not known. ({{detail}})',
    refused: 'Nothing listens at this address and port.',
    unreached: 'The network does not reach the host. ({{detail}})',
  },
  prompt: {
    title: 'Sound',
    none: 'No sound yet.',
    upload: 'Upload WAV or MP3',
    done: 'The sound is stored',
  },
  help: {
    number: 'As it is dialled: +74951234567, or a short one.',
    trunkId: 'By which trunk it comes in; empty: any.',
    addresses: '203.0.113.7 or 203.0.113.0/28; all other senders are refused.',
    password: 'Only written; left empty it stays as it is.',
  },
  kind: {
    numbers: 'Telephone numbers',
    trunks: 'SIP trunks',
    prompts: 'Announcements and music',
  },
  about: {
    numbers: 'Which number leads to which service.',
    trunks: 'Lines of carriers, PBXs and phones that speak SIP; calls come from these only.',
    prompts: 'What callers hear: greetings, announcements, music.',
  },
  section: {
    registration: 'Registration',
  },
  field: {
    number: 'Number',
    trunkId: 'Trunk',
    addresses: 'Calls come from (addresses, networks)',
    host: 'Calls go to (host:port)',
    transport: 'Transport',
    codecs: 'Codecs, best first',
    user: 'User',
    password: 'Password',
    register: 'Register at the host',
    millis: 'Length',
  },
  option: {
    udp: 'UDP',
    tcp: 'TCP',
    G722: 'G.722 (HD)',
    PCMA: 'G.711 A-law',
    PCMU: 'G.711 µ-law',
  },
};
export default telephony;
