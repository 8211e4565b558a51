import Image from '@tiptap/extension-image';
import { TableKit } from '@tiptap/extension-table';
import TextAlign from '@tiptap/extension-text-align';
import { TextStyleKit } from '@tiptap/extension-text-style';
import StarterKit from '@tiptap/starter-kit';
import { Quote, Signature } from './quote';

/** What a mail's text can be made of. */
export const extensions = [
  StarterKit.configure({
    heading: false,
    codeBlock: false,
    link: { openOnClick: false, autolink: true, protocols: ['mailto', 'tel'] },
  }),
  TextStyleKit,
  TextAlign.configure({ types: ['paragraph'] }),
  TableKit.configure({ table: { resizable: false } }),
  Image.configure({ inline: true }),
  Quote,
  Signature,
];

export const SIZES = ['11px', '13px', '16px', '20px', '26px'];
export const COLOURS = ['#17202b', '#c4232b', '#9a4a00', '#14702f', '#1756c0', '#7a3ec8', '#55606c'];
export const MARKERS = ['#fff1a8', '#dff5e4', '#e3edff', '#ffe2e0'];
