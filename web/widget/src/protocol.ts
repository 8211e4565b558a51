// What travels between the customer's browser and the server. Field by field
// the "chat, widget" part of the plan; times are unix milliseconds (UTC).

export interface Config {
  /** The language of every string in here. */
  lang: string;
  languages: string[];
  /** Within the entry's hours. */
  open: boolean;
  /** Somebody is signed in who could answer. */
  available: boolean;
  opensAt?: number;
  look: Look;
  /** The entry's own wording; any key of texts.ts may be replaced. */
  texts?: Record<string, string>;
  preChat?: Field[];
  consent?: string;
  offline?: { enabled: boolean; fields?: Field[] };
  services?: { id: string; name: string }[];
  maxFileBytes: number;
  /** `.pdf`, `image/png` or `image/*`; absent means anything, empty nothing. */
  fileTypes?: string[];
  /** The operator sees what is being typed. */
  previewUnsent?: boolean;
}

export interface Look {
  color?: string;
  /** On the colour; taken only if it can be read there. */
  textColor?: string;
  /** Of the panel's corners, px. */
  radius?: number;
  position?: 'right' | 'left';
  /** A picture of the entry's: GET …/pictures/{id}. */
  logo?: string;
  theme?: 'light' | 'dark' | 'auto';
  sound?: boolean;
}

export interface Field {
  field: string;
  required?: boolean;
  label?: string;
}

export interface Page {
  url: string;
  title: string;
}

export interface Agent {
  name: string;
  /** A picture's id, as the look's logo. */
  photo?: string;
}

export interface Conversation {
  id: string;
  /** unserved: nobody can answer, a message may be left; kept: it was left. */
  state: 'waiting' | 'active' | 'unserved' | 'kept' | 'ended';
  /** Place in the queue, from 1; absent when unknown. */
  position?: number;
  agents?: Agent[];
  customerReadN?: number;
  agentReadN: number;
  deliveredN: number;
  lastN: number;
  closedAt?: number;
}

export interface Message {
  conversationId: string;
  /** Numbers the messages of one conversation; the order on the screen. */
  n: number;
  id: string;
  clientId?: string;
  author: { kind: 'customer' | 'agent' | 'system' | 'bot'; name?: string; photo?: string };
  kind: 'text' | 'file' | 'event';
  text?: string;
  file?: FileInfo;
  event?: { code: string; args?: Record<string, string> };
  at: number;
}

export interface FileInfo {
  id: string;
  name: string;
  size: number;
  type: string;
  width?: number;
  height?: number;
}

/** A durable frame carries epoch, seq and prev; a lossy one (typing, position, pong) only type and data. */
export type Frame = { epoch?: string; seq?: number; prev?: number } & (
  | { type: 'snapshot'; data: { conversation: Conversation | null; messages: Message[] } }
  | { type: 'message.added'; data: Message }
  | { type: 'conversation.changed'; data: Conversation }
  | { type: 'typing'; data: Typing }
  | { type: 'position'; data: { conversationId: string; position: number } }
  | { type: 'pong' }
);

export interface Typing {
  conversationId: string;
  who?: string;
  on: boolean;
}

/** Where the client stands in the stream; epoch '' means it has nothing yet. */
export interface Cursor {
  epoch: string;
  seq: number;
}

export interface Poll extends Cursor {
  frames: Frame[];
}

/** The client's lossy frames. */
export type Upstream =
  | { type: 'hello'; token: string; epoch: string; seq: number }
  | { type: 'typing'; on: boolean; text?: string }
  | { type: 'ping' };

export const subprotocol = 'parley.widget.1';
/** Close codes after which trying again is of no use. */
export const closeCodes = { unknownToken: 4401, forbidden: 4403 };

export interface Start {
  clientId: string;
  form: Record<string, string>;
  text: string;
  serviceId?: string;
  page: Page;
  lang: string;
}
