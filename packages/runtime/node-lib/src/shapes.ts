/** What one `internalBinding(name)` of the pinned Node looks like; for tests that compare ours with it. */
export type BindingShapes = Readonly<Record<string, Readonly<Record<string, MemberShape>>>>;

/** What a member of a binding is in the pinned Node. */
export type MemberShape =
  | { readonly kind: 'function'; readonly length: number }
  | {
      readonly kind: 'class';
      readonly prototype: readonly string[];
      readonly parent: string | null;
      readonly statics: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'typed-array'; readonly type: string; readonly length: number }
  | { readonly kind: 'scalar'; readonly type: string }
  | { readonly kind: 'object'; readonly members: Readonly<Record<string, MemberShape>> };
