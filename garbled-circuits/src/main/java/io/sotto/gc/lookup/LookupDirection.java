package io.sotto.gc.lookup;

import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupWindow;
import java.util.ArrayList;
import java.util.List;

/**
 * What one side's offset is for: the windows that it owns, and the products of its numbers. Labels
 * of a chunk are those of the lookups, block by block, then those of the products; its ids are
 * those of all blocks' lookups, of the products, of the carry out of the dropped bits.
 *
 * @param wires choices of the lookups of an instance
 * @param products with transfers of their own
 * @param carriesWithin whether the carry out of the dropped bits is among the choices
 */
record LookupDirection(int wires, List<LookupProduct> products, boolean carriesWithin) {

  static LookupDirection of(
      Role owner, ShareFunction function, List<LookupWindow> windows, int carryInto) {
    int wires = 0;
    for (int i = 0; i < windows.size(); i++) {
      wires += LookupWindows.owner(i) == owner ? windows.get(i).choices() : 0;
    }
    boolean carries = carryInto >= 0 && LookupWindows.owner(carryInto) == owner;
    return new LookupDirection(wires, products(owner, function, windows), carries);
  }

  private static List<LookupProduct> products(
      Role owner, ShareFunction function, List<LookupWindow> windows) {
    List<LookupProduct> products = new ArrayList<>();
    if (function.isRelu()) {
      if (owner == Role.GARBLER && function.multipliesSigns()) {
        products.add(LookupProduct.SIGNS);
      }
      products.add(LookupProduct.PART);
    } else if (owner != LookupWindows.owner(windows.size() - 1)) {
      products.add(LookupProduct.CARRY);
    }
    return List.copyOf(products);
  }

  int transfersOfInstance() {
    return wires + products.size();
  }

  int transfers(int size) {
    return Math.multiplyExact(transfersOfInstance(), LabelKernel.lanes(size));
  }

  /** Where the labels of the products begin among those of a chunk. */
  long productLabelsAt(int size) {
    return wires * wireBytes(size);
  }

  /** Where the labels of a product begin among those of all products. */
  long labelsAt(LookupProduct product, int size) {
    return products.indexOf(product) * wireBytes(size);
  }

  long productLabelBytes(int size) {
    return products.size() * wireBytes(size);
  }

  private static long wireBytes(int size) {
    return (long) LabelKernel.lanes(size) * LabelKernel.LABEL_BYTES;
  }

  /** Ids of hashes of a chunk. */
  long hashIds(int size) {
    return (long) HashBlocks.count(size) * (transfersOfInstance() + (carriesWithin ? 1 : 0));
  }

  /** The first id of a product's hashes after that of the chunk. */
  long idsOf(LookupProduct product, int size) {
    return (long) HashBlocks.count(size) * (wires + products.indexOf(product));
  }

  /** The same of the carry out of the dropped bits, whose labels are a lookup's. */
  long idsOfCarryWithin(int size) {
    return (long) HashBlocks.count(size) * transfersOfInstance();
  }
}
