import {type Web, type WebAnswer, WebProblem, type WebRequest} from '../../../src/sources/fleet/web.ts';

/** A net on which every address answers as the test says; an answer that is a text is why there is none. */
export class FakeWeb implements Web {
  readonly asked: WebRequest[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  readonly #answer: (request: WebRequest) => WebAnswer | string;

  constructor(answer: (request: WebRequest) => WebAnswer | string) {
    this.#answer = answer;
  }

  async fetch(request: WebRequest): Promise<WebAnswer> {
    this.asked.push(request);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    this.atOnce -= 1;
    const answer = this.#answer(request);
    if (typeof answer === 'string') throw new WebProblem(answer);
    return answer;
  }
}
