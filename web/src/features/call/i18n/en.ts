const words = {
  group: 'Call',
  controls: 'Call controls',
  mute: 'Mute the microphone',
  unmute: 'Unmute the microphone',
  hold: 'Hold',
  retrieve: 'Retrieve the call',
  keypad: 'Keypad',
  held: 'On hold',
  heldText: 'The customer hears music',
  muted: 'Microphone is off',
  mutedText: 'The customer hears silence',
  leg: {
    connecting: 'Connecting the sound…',
    lost: 'Sound lost, connecting again…',
    failed: 'The sound could not be connected',
  },
  again: 'Connect again',
  silent: 'No microphone: you are not heard',
  blocked: 'The browser holds the sound back',
  play: 'Switch the sound on',
  called: 'to {{number}}',
  digits: {
    title: 'Keypad: tones to the customer',
    sent: 'Sent digits',
    hint: 'Click or type 0–9, *, #. A comma is a pause of one second.',
    pause: 'Pause of one second',
    key: '{{key}} {{letters}}',
  },
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    call: typeof words;
  }
}
