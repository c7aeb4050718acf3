// The sheet of shortcuts. It takes the keyboard while it is open and gives it back after.

import { Component, createRef } from "preact";
import { t } from "../text/texts";

export class Sheet extends Component<{ close: () => void }> {
  private readonly dialog = createRef<HTMLDialogElement>();

  override componentDidMount(): void {
    this.dialog.current?.showModal();
  }

  override render() {
    return (
      <dialog ref={this.dialog} class="sheet" aria-labelledby="sheet-title" onClose={this.props.close}>
        <div class="title"><h2 id="sheet-title">{t.keys.title}</h2><button type="button" class="small" autoFocus onClick={this.props.close}>{t.close}</button></div>
        <dl class="keys">{t.keys.all.map(([keys, what]) => <div key={keys}><dt>{keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{what}</dd></div>)}</dl>
      </dialog>
    );
  }
}
