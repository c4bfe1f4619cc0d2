import type {Format} from './exposition.ts';

/** One entry of an Accept header. */
interface Accepted {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/**
 * Which format a client gets: OpenMetrics where it asks for it by name and likes it at least as much as plain text,
 * else the format that everybody reads, also where it says that it takes neither.
 */
export function formatFor(accept: string | undefined): Format {
  const accepted = (accept ?? '').split(',').map(entryOf);
  const openMetrics = best(accepted, isOpenMetrics);
  return openMetrics > 0 && openMetrics >= best(accepted, isPlain) ? 'openmetrics' : 'prometheus';
}

/** Whether a client takes gzip. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  return best((acceptEncoding ?? '').split(',').map(entryOf), ({type}) => type === 'gzip') > 0;
}

function isOpenMetrics({type, version}: Accepted): boolean {
  return type === 'application/openmetrics-text' && (version === undefined || version === '1.0.0');
}

function isPlain({type, version}: Accepted): boolean {
  return type === 'text/plain' && (version === undefined || version === '0.0.4');
}

function best(accepted: readonly Accepted[], fits: (entry: Accepted) => boolean): number {
  return Math.max(0, ...accepted.filter(fits).map(({quality}) => quality));
}

function entryOf(text: string): Accepted {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const value = (name: string) =>
    parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
  const quality = Number(value('q') ?? 1);
  return {
    type,
    version: value('version')?.replaceAll('"', ''),
    quality: quality >= 0 && quality <= 1 ? quality : 0,
  };
}
