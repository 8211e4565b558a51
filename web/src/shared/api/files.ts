import { api, done } from './client';

export async function base64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export type PictureShape = 'photo' | 'logo';

/** The most bytes a picture's file may have. */
export const PICTURE_BYTES = 10 * 2 ** 20;

/** Makes a photo or a logo of a file; what is given back goes into the field of who has it. */
export async function addPicture(file: Blob, shape: PictureShape): Promise<string> {
  return (await done(api.POST('/api/pictures', { body: { shape, file: await base64(file) } }))).id;
}
