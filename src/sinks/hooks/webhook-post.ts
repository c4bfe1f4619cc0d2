import {Buffer} from 'node:buffer';
import {
  type AlertNotice,
  noticeFields,
  noticeText,
  noticeTitle,
  type WebhookFormat,
} from '../../core/notice.ts';
import {VERSION} from '../../core/version.ts';
import {toJson} from '../to-json.ts';
import type {WebhookTarget} from './webhook-url.ts';

/** What is posted. */
export interface WebhookPost {
  readonly href: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Format = Exclude<WebhookFormat, 'auto'>;
type Content = Omit<WebhookPost, 'href'>;

const FORMATS: Readonly<Record<Format, (notice: AlertNotice) => Content>> = {
  json: (notice) => jsonContent(noticeFields(notice)),
  slack: (notice) => jsonContent({text: slackText(notice)}),
  ntfy: ntfyContent,
};

/** The post that tells a notice, in the form that the other side takes. */
export function webhookPost(target: WebhookTarget, format: WebhookFormat, notice: AlertNotice): WebhookPost {
  const {href, authorization} = target;
  const {headers, body} = FORMATS[format === 'auto' ? formatOf(target) : format](notice);
  return {
    href,
    headers: {
      ...headers,
      'user-agent': `memtop/${VERSION}`,
      ...(authorization !== undefined && {authorization}),
    },
    body,
  };
}

/** Slack's own hosts, and ntfy.sh or a host of one's own that is named ntfy; JSON to all others. */
function formatOf({host}: WebhookTarget): Format {
  if (/^hooks\.slack(?:-gov)?\.com(?::|$)/.test(host)) return 'slack';
  return host.startsWith('ntfy.') ? 'ntfy' : 'json';
}

function jsonContent(value: object): Content {
  return {headers: {'content-type': 'application/json'}, body: toJson(value)};
}

function slackText(notice: AlertNotice): string {
  return `*${escapedForSlack(noticeTitle(notice))}*\n${escapedForSlack(noticeText(notice))}`;
}

/** A name must not call a channel or become a link. */
function escapedForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As posted to a topic's address: the text is the body, all else are headers. */
function ntfyContent(notice: AlertNotice): Content {
  return {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      title: headerText(noticeTitle(notice)),
      ...ntfyUrgency(notice),
    },
    body: noticeText(notice),
  };
}

function ntfyUrgency({event, status}: AlertNotice): Readonly<Record<'priority' | 'tags', string>> {
  if (event === 'resolved') return {priority: 'default', tags: 'white_check_mark'};
  if (event === 'test') return {priority: 'default', tags: 'bell'};
  return status === 'CRITICAL'
    ? {priority: 'urgent', tags: 'rotating_light'}
    : {priority: 'high', tags: 'warning'};
}

/** A header carries ASCII alone; ntfy reads the rest in the encoded words of mail. */
function headerText(text: string): string {
  if (/^[ -~]*$/.test(text) && !text.includes('=?')) return text;
  return `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
