const makeElement = (name, settings = {}, ...inside) => {
  const { htmlFor, ...others } = settings;
  const element = Object.assign(document.createElement(name), others);
  if (htmlFor) element.setAttribute("for", htmlFor); // an output has none to set
  element.append(...inside);
  return element;
};
