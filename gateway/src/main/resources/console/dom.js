// The only way this page makes elements: text stays text, whatever a message holds.

export const byId = (id) => document.getElementById(id);

/** el('span.offset', { title: '…' }, 'text', otherElement) */
export function el(shape, attributes = {}, ...children) {
  const [tag, ...classes] = shape.split('.');
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Hides one of two buttons that stand for each other without losing the keyboard's place. */
export function swap(shown, hidden) {
  const focused = document.activeElement === hidden;
  shown.hidden = false;
  hidden.hidden = true;
  if (focused) shown.focus();
}
