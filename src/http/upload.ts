import type { FastifyRequest } from 'fastify';

const TOO_LARGE = 'The file is larger than 2 MB. Split it into several';
const CHOOSE = 'Choose a file, or paste its rows';

type Upload = { bytes: Uint8Array; pasted?: string } | { problem: string };

/** The parts of a form; a sentence where one of them is too large. */
const readParts = async (request: FastifyRequest) => {
  let file: Buffer | undefined;
  let pasted: string | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        const content = await part.toBuffer();
        if (part.fieldname === 'file' && content.length > 0) file = content;
      } else if (part.fieldname === 'pasted' && typeof part.value === 'string') {
        if (part.valueTruncated) return { problem: TOO_LARGE };
        pasted = part.value.trim();
      }
    }
  } catch (error) {
    const { code, statusCode } = error as { code?: string; statusCode?: number };
    if (statusCode === 413 || code === 'FST_REQ_FILE_TOO_LARGE') return { problem: TOO_LARGE };
    if (code?.startsWith('FST_')) return { problem: CHOOSE };
    throw error;
  }
  return { file, pasted };
};

/** The file of a form, chosen as `file` or typed into `pasted`; in its stead, what is wrong with it. */
export const readUpload = async (request: FastifyRequest): Promise<Upload> => {
  if (!request.isMultipart()) return { problem: CHOOSE };
  const parts = await readParts(request);
  if ('problem' in parts) return { problem: parts.problem as string };
  if (parts.file) return { bytes: parts.file };
  return parts.pasted ? { bytes: Buffer.from(parts.pasted), pasted: parts.pasted } : { problem: CHOOSE };
};
