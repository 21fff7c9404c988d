// Stands for a library that is imported and never used. Whoever does use it hears of it.
const refuse = () => {
  throw new Error('this library is left out of the bundle');
};

export default { create: refuse };
export const loadSync = refuse;
export const fromJSON = refuse;
