import {errorCode, errorMessage} from '../core/errors.ts';
import {denied, failed, type Missing, unsupported} from '../core/sample.ts';

/** Why a file or folder gave nothing: `/proc/meminfo: permission denied`. */
export function missingFile(path: string, error: unknown): Missing {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return denied(`${path}: permission denied`);
  if (code === 'ENOENT') return unsupported(`${path} is not there`);
  return failed(`${path}: ${code ?? errorMessage(error)}`);
}
