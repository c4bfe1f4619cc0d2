import {errorCode, errorMessage} from '../core/errors.ts';

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'file system is read-only',
  ENOSPC: 'disk full',
  EDQUOT: 'quota reached',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is a file',
  EEXIST: 'part of its path is a file',
  ENOENT: 'no such folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  ENXIO: 'a pipe that nobody reads',
  EAGAIN: 'its reader is too slow',
  EPIPE: 'its reader is gone',
  EMFILE: 'too many open files',
  EFBIG: 'larger than files may be',
  EFOREIGN: 'it is a link that another user made in a shared folder',
  EIO: 'input/output error',
};

/** Why a file could not be written, in words: `permission denied`. */
export function fileProblem(error: unknown): string {
  return PROBLEMS[errorCode(error) ?? ''] ?? errorMessage(error);
}
