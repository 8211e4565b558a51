// What happened, what it means for the work, and what to do, by stable code.
const errors = {
  'PAR-0001': {
    what: 'Please check the field “{{field}}”.',
    means: 'Nothing was saved.',
    todo: 'Correct the marked field and try again.',
  },
  'PAR-0002': {
    what: 'Not found.',
    means: 'It was deleted, or you have no access to it.',
    todo: 'Refresh the list and choose again.',
  },
  'PAR-0003': {
    what: 'Somebody else has changed this meanwhile.',
    means: 'Your changes are not saved yet.',
    todo: 'Look at the other version and decide which one stays.',
  },
  'PAR-0004': {
    what: 'A limit is reached: {{what}}, at most {{max}}.',
    means: 'Nothing was saved.',
    todo: 'Make it smaller or fewer, or ask the administrator to raise the limit.',
  },
  'PAR-0005': {
    what: 'This is not possible right now.',
    means: 'Things have changed since the screen was drawn; nothing was done.',
    todo: 'Look at the current state and try again.',
  },
  'PAR-0006': {
    what: 'Too many requests.',
    means: 'The server has stopped listening to this workplace for a moment.',
    todo: 'Wait {{retryAfterSeconds}} s and try again.',
  },
  'PAR-0007': {
    what: 'An error on the server.',
    means: 'The action was not completed.',
    todo: 'Try again; if it comes back, give the administrator the number {{number}}.',
  },
  'PAR-0008': {
    what: 'The same command came twice with different contents.',
    means: 'The first one counts; the second was not carried out.',
    todo: 'Check the result and repeat the action if needed.',
  },
  'PAR-0009': {
    what: 'You are not signed in.',
    means: 'The session has ended; what you typed is still here.',
    todo: 'Sign in again.',
  },
  'PAR-0010': {
    what: 'The request could not be read.',
    means: 'Nothing was saved.',
    todo: 'Reload the page; if that does not help, tell the administrator.',
  },
  'PAR-0011': {
    what: 'Temporarily not possible.',
    means: 'A part of the system is starting or is overloaded; nothing was lost.',
    todo: 'Try again in a few seconds.',
  },
  'PAR-1001': {
    what: 'Wrong user name or password.',
    means: 'You are not signed in.',
    todo: 'Check both, the keyboard layout and Caps Lock, and try again.',
  },
  'PAR-1002': {
    what: 'This user is already signed in. Sign in by force?',
    means: 'The session at the other computer will be ended.',
    todo: 'Sign in by force, or sign out at the other computer first.',
  },
  'PAR-1003': {
    what: 'The session has ended. Your name was used to sign in from another computer',
    means: 'The work goes on there; this page is no longer connected.',
    todo: 'If it was not you, change the password and tell the administrator.',
  },
  'PAR-1004': {
    what: 'You were signed out by {{supervisor}} at {{time}}',
    means: 'No contacts reach you until you sign in again.',
    todo: 'Ask your supervisor for the reason.',
  },
  'PAR-1005': {
    what: 'Access error',
    means: 'The address of this computer is not among those allowed.',
    todo: 'Sign in from another computer or ask the administrator.',
  },
  'PAR-1006': {
    what: 'You have no right to do this.',
    means: 'Nothing was changed.',
    todo: 'If you need it for your work, ask the administrator for the privilege.',
  },
  'PAR-1007': {
    what: 'Could not connect to the server – please check the network connection.',
    means: 'The screen may be out of date. What you type is kept; nothing is sent.',
    todo: 'The connection comes back by itself. If other sites open, tell the administrator.',
  },
  'PAR-2000': {
    what: 'You are now “Not ready: {{reason}}” because you rejected a contact at {{time}}.',
    means: 'The contact is back in the queue, and you get no new ones.',
    todo: 'Choose “Ready” to go on handling contacts.',
  },
  'PAR-2001': {
    what: 'You are now “Not ready: {{reason}}” because you did not accept a contact at {{time}}.',
    means: 'The contact is back in the queue, and you get no new ones.',
    todo: 'Choose “Ready” to go on handling contacts.',
  },
  'PAR-2002': {
    what: 'You are in the state “{{reason}}” because the call at {{time}} could not be set up: the network, a firewall or this computer’s settings.',
    means: 'The call is back in the queue, and you get no new ones.',
    todo: 'Tell the administrator, and choose “Ready” when you can take contacts again.',
  },
  'PAR-2003': {
    what: 'Please choose a disposition and fill in the required fields',
    means: 'The contact is not finished yet.',
    todo: 'Fill in what is marked and press “Finish” once more.',
  },
  'PAR-3001': {
    what: 'Outgoing calls are not allowed.',
    means: 'The call was not made.',
    todo: 'If you need them for your work, ask the administrator.',
  },
  'PAR-3002': {
    what: 'The phone call could not be made',
    means: 'No number was dialled and nothing has changed: a call you were transferring is still yours.',
    todo: 'Transfer it to a service or a colleague. For the administrator: no active trunk names a host that calls can go to.',
  },
  'PAR-3003': {
    what: 'This phone is not in the numbering plan.',
    means: 'You are not connected to a phone.',
    todo: 'Check the number and try again.',
  },
  'PAR-3004': {
    what: 'This number is now in use by another agent',
    means: 'You are not connected to a phone.',
    todo: 'Check the number and try again.',
  },
  'PAR-3005': {
    what: 'The phone line is disconnected. Please call again to restore it.',
    means: 'Calls cannot reach you, and in a few minutes you will be signed out.',
    todo: 'Dial the given number and follow the instructions.',
  },
  'PAR-3006': {
    what: 'The session has ended because the phone does not work',
    means: 'The phone chosen at sign-in was not found.',
    todo: 'Check the phone, or sign in with another way to connect.',
  },
  'PAR-3007': {
    what: 'The SIP phone has lost its connection to the system',
    means: 'Calls cannot reach you. Right after sign-in this may show for a moment.',
    todo: 'If it stays, reload the page and tell the administrator.',
  },
  'PAR-3008': {
    what: 'Poor connection quality. Check the network connection.',
    means: 'The talk can go on; the sound may suffer.',
    todo: 'Close other programs that use the network and check the Wi-Fi. If it comes back, tell the administrator.',
  },
  'PAR-3009': {
    what: 'No sound devices found.',
    means: 'You can neither hear nor be heard.',
    todo: 'Check that the headset is connected to the computer.',
  },
  'PAR-3010': {
    what: 'No microphone found.',
    means: 'You cannot be heard.',
    todo: 'Check that the headset is connected and that the browser may use it.',
  },
  'PAR-3011': {
    what: 'No playback devices found.',
    means: 'You cannot hear.',
    todo: 'Check that the headset is connected to the computer.',
  },
  'PAR-3012': {
    what: 'This browser does not support telephony',
    means: 'Calls are not possible here; chats and mails are.',
    todo: 'Use a current Chrome, Edge, Firefox or Safari, at an address that begins with https://.',
  },
  'PAR-3013': {
    what: 'Access error / No access',
    means: 'This voicemail message was left for somebody else.',
    todo: 'Check that the link came to you from the system and was not forwarded by a colleague.',
  },
  'PAR-4001': {
    what: 'Favourites have reached their limit of 50 entries',
    means: 'The entry was not added.',
    todo: 'Remove some favourites first.',
  },
  'PAR-4002': {
    what: 'The limit of {{max}} KB for an article of the knowledge base is exceeded.',
    means: 'The article is not saved.',
    todo: 'Shorten it, or ask the administrator if it cannot be shorter.',
  },
  'PAR-5001': {
    what: 'Files of the type {{type}} are not accepted here.',
    means: 'The file was not sent.',
    todo: 'Send it in another format, or ask the administrator which types are allowed.',
  },
  'PAR-5002': {
    what: 'The content of the file is not what its name says ({{type}}).',
    means: 'The file was not sent.',
    todo: 'Check the file; a renamed one must keep its true ending.',
  },
  'PAR-5003': {
    what: 'The file is too large: at most {{max}} MB.',
    means: 'The file was not sent.',
    todo: 'Make it smaller or send it in parts.',
  },
  'PAR-5004': {
    what: 'The file is empty.',
    means: 'Nothing was sent.',
    todo: 'Choose the file again.',
  },
  'PAR-5005': {
    what: 'The conversation has ended.',
    means: 'Nothing more can be sent to it.',
    todo: 'Choose a disposition and finish the contact.',
  },
  'PAR-5006': {
    what: 'Nobody can answer now. Please leave a message with the form.',
    means: 'The conversation was not started.',
    todo: 'Fill in the form; the answer comes by email.',
  },
  'PAR-5007': {
    what: 'The message is too long: at most {{max}} characters.',
    means: 'The message was not sent; the text is kept.',
    todo: 'Shorten it or send it in parts.',
  },
  'PAR-5008': {
    what: 'The chat is not set up for this site.',
    means: 'Customers cannot write from there.',
    todo: 'Add the site’s address to the allowed ones of the chat entry.',
  },
  'PAR-5009': {
    what: 'There are too many chats at the moment.',
    means:
      'As many chats are waiting and in hand as this contact centre may have at once; a new one was not begun.',
    todo: 'Customers try again a little later. The operator of the installation raises “Open chats at most”.',
  },
  'PAR-5010': {
    what: 'There is no room for more files.',
    means: 'The files of this contact centre have reached their limit; this one was not kept.',
    todo: 'The operator of the installation raises “Files at most”.',
  },
  'PAR-6001': {
    what: 'A file of a mail may have at most {{max}} MB.',
    means: 'This file was not attached.',
    todo: 'Send a link to it, or several smaller files.',
  },
  'PAR-6002': {
    what: 'A mail with all its files may have at most {{max}} MB.',
    means: 'This file was not attached, or the mail was not sent.',
    todo: 'Take some files out.',
  },
  'PAR-6003': {
    what: 'Only mails of customers can be moved to another case.',
    means: 'What we wrote stays where it was written.',
    todo: 'Move the mail that it answers, if it is still to be answered.',
  },
  'PAR-6004': {
    what: 'A draft answers this mail.',
    means: 'Somebody began an answer in the case that the mail would leave.',
    todo: 'Send the draft or delete it, then move the mail.',
  },
  'PAR-6005': {
    what: 'There is no case {{number}} among those you may see.',
    means: 'The mail was not moved.',
    todo: 'Look for the case by its customer or subject, or ask a supervisor.',
  },
  'PAR-6006': {
    what: 'Case {{number}} is closed and takes no more mails.',
    means: 'The mail was not moved.',
    todo: 'Choose the case that follows it, or a new one.',
  },
  'PAR-6007': {
    what: 'Somebody else has this case in hand: {{name}}.',
    means: 'Nothing changes under the hands of whoever works on a case.',
    todo: 'Ask them, or wait until it is out of their hands.',
  },
  'PAR-6008': {
    what: 'You don’t handle mails of this service.',
    means: 'The case stays with the service it has.',
    todo: 'Hand the case on to that service instead.',
  },
  'PAR-6009': {
    what: 'The DNS does not have the record {{name}} with this key yet.',
    means: 'The key does not sign: receivers could not check the signature.',
    todo: 'Publish the record, or wait until it is known, and try again.',
  },
  'PAR-6010': {
    what: 'The file is still being checked for viruses.',
    means: 'Until it was found clean it cannot be opened or sent on.',
    todo: 'Wait a moment: it opens by itself when the check is over.',
  },
  'PAR-6011': {
    what: 'The virus {{name}} was found in the file: it cannot be opened.',
    means: 'The file stays shut for everybody, and nothing that holds it is sent.',
    todo: 'Ask the customer for a clean file; take it out of a mail that you forward.',
  },
  'PAR-6012': {
    what: 'The file could not be checked for viruses so far.',
    means: 'Until it was found clean it cannot be opened or sent on. The check is tried again by itself.',
    todo: 'If it lasts, tell the operator of the installation that the virus check does not answer.',
  },
};

export default errors;
